"""How far the strategy's figures can be trusted: measured on markets without an edge."""
