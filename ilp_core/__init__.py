"""The intelligence cycle, room by room, with no knowledge of Telegram."""
