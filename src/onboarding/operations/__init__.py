"""What a person, a feed or a schedule may ask for: the right, the check, the row, the event."""
