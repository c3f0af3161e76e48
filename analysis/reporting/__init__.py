"""What a report shows around the estimate: who was there, who left, and what else was looked at."""
