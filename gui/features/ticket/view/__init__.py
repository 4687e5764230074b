"""What the order ticket paints."""
