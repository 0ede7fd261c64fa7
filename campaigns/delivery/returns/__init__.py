"""Mail that comes back: kept, read, given the effect it may have, and shown to staff (email contract §9, §10)."""
