"""Every connection that leaves: which URLs and addresses may be asked, and the client that asks."""
