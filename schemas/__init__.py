"""The vocabulary: what a payload, a task and a process are. Imports nothing of the product."""
