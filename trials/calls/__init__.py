"""Calls for interventions and evaluators, applications, awards, and the trial they lead to."""
