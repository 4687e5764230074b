"""The questions that the lab answers, each as a function of a bench and settings."""
