"""The broker as all who connect to it see it: its address, whether it serves, and why not."""

from workers.broker.address import BrokerAddress, read
from workers.broker.faults import probe, why

__all__ = ["BrokerAddress", "probe", "read", "why"]
