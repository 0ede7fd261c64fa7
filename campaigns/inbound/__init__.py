"""Mail that comes back: what one incoming message says, read without touching anything (email contract §9, §10)."""
