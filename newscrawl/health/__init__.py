"""Whether a site's last run was like the ones before, told from the figures that each run leaves."""
