"""Postgres: a pool, transactions, and named queries from ``queries/*.sql``."""

from workers.db.migrate import migrate
from workers.db.pool import Database
from workers.db.transaction import Row, Transaction

__all__ = ["Database", "Row", "Transaction", "migrate"]
