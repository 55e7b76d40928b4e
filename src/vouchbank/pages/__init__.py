"""The pages room: the corpus described for people: counts, figures, plots, findings with their queries, recipes."""
