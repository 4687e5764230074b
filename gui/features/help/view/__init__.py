"""The introduction: a bubble that leads from place to place, over a window that goes on."""
