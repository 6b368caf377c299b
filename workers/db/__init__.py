"""Postgres: a pool, transactions, and named queries from ``queries/*.sql``."""

from workers.db.pool import Database, Row, Transaction
from workers.db.migrate import migrate

__all__ = ["Database", "Row", "Transaction", "migrate"]
