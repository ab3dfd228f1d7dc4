"""Slices: definitions, membership, and what they are written as."""
