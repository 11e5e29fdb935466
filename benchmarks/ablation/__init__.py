"""What each tip of the lecture is worth (T1 to T7, D1), measured one at a time through the estimators."""
