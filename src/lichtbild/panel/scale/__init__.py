"""Scales: from what observers answered to quality in just noticeable differences or points."""
