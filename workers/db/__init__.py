"""Postgres: a pool, transactions, and named queries from ``queries/*.sql``."""

from workers.db.migrate import migrate
from workers.db.patience import within
from workers.db.pool import WORK_PATIENCE, Database
from workers.db.room import ROOM
from workers.db.transaction import Transaction

__all__ = ["ROOM", "WORK_PATIENCE", "Database", "Transaction", "migrate", "within"]
