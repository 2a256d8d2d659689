"""Looks learned: from pictures before and after, from a chart, or from finished pictures alone.

``pairs`` holds colours before and after, ``regression`` finds the function between them and how sure it is
of it, ``learned_look`` is what comes of it. ``chart`` draws a chart, ``chart_reading`` finds and reads it.
``finished`` does without originals, by what is usual in photographs and in looks (``usual``).
"""
