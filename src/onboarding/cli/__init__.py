"""Commands: each a few lines over operations, dispatch, worker and store."""
