"""Object storage: the contract in ``base`` and one file a member."""
