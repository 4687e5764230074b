"""What happened, for a person who looks back."""
