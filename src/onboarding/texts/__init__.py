"""What people read: message catalogues, dates and numbers in words."""
