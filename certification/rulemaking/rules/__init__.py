"""What a change of rules does to people. Pure."""
