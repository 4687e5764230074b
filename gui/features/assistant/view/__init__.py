"""The introduction: a bubble that moves from step to step, over a window that keeps running."""
