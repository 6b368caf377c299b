"""What plain Celery, one task a page, loses under the kills of a storm."""
