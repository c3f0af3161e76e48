"""The demonstration programme: whole trials on real data, through the same services as any."""
