"""The demo company Harbour & Finch: data files, and what loads them through the importers."""
