"""Runs the whole service on one machine: embedded services, and the supervisor behind `make up`."""
