"""Measures the library against what a user could pick instead; see README.md beside this file."""
