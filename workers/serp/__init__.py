"""Pages of search engines → records: one file an engine, pure (``base`` has the contract)."""
