"""What the operator types: one file a topic, each command a load, a call and a line or two."""
