"""What happened, for the user who looks back."""
