"""What a packaged program runs: the same as the command `microscalp`."""

from __future__ import annotations

import sys

from gui.app import main

sys.exit(main())
