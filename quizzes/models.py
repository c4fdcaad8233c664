"""Django looks for models only here: the rooms' models, nothing else."""
