"""Questions that audit a release: what changed between two versions, who knew what when, why the archive says what it says."""
