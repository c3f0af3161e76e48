"""The steps of a trial, in the order of its life; each module is one stage of it."""
