package propexo

// Known is what WithDrift knows of the package's values.
var Known = known
