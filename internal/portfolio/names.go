package portfolio

type city struct {
	name, state, zip    string
	latitude, longitude float64
}

var (
	givenNames = []string{
		"Aaron", "Alice", "Amara", "Ana María", "Andre", "Beth", "Björn", "Camille", "Carlos", "Chen", "Chloé", "D'Angelo", "Daniel", "Dóra", "Elena",
		"Emeka", "Farah", "Fatima", "Gabriel", "Giulia", "Grace", "Hana", "Hiro", "Imani", "Inês", "Ivan", "Jamal", "Jo-Ann", "José", "Kelvin",
		"Lena", "Luis", "Maya", "Mei", "Mo", "Nia", "Noah", "Ólafur", "Olivia", "Omar", "Pat", "Priya", "Quinn", "Rosa", "Samuel",
		"Sinéad", "Søren", "Tariq", "Thuy", "Ursula", "Victor", "Wei", "Xavier", "Yusuf", "Zoë",
	}
	surnames = []string{
		"Abara", "Adams", "Aydın", "Baker", "Bell", "Brown", "Castro", "Chen", "Córdoba", "D'Amico", "Dang", "de la Cruz", "Edwards", "Erikson", "Evans",
		"Fischer", "Fofana", "García", "Green", "Haddad", "Hughes", "Ito", "Ivanov", "Jackson", "Johnson", "Jones", "Kim", "Kowalski", "Lee", "López",
		"Martin", "Mensah", "Müller", "Nguyen", "Nuñez", "O'Neil", "Okafor", "Park", "Patel", "Quigley", "Ramos", "Rossi", "Sato", "Singh", "Smith",
		"Smith-Jones", "Taylor", "Thomas", "Tran", "Ueda", "van Dyk", "Vega", "Walker", "Williams", "Young", "Zhang",
	}
	ascii = map[rune]string{
		'á': "a", 'é': "e", 'ë': "e", 'ê': "e", 'í': "i", 'ı': "i", 'ñ': "n", 'ó': "o", 'ö': "o", 'ø': "oe", 'ü': "u",
	}
	cities = []city{
		{"Albany", "NY", "12207", 42.65, -73.75}, {"Austin", "TX", "78701", 30.26, -97.74}, {"Boston", "MA", "02108", 42.35, -71.06},
		{"Chicago", "IL", "60601", 41.88, -87.62}, {"Dallas", "TX", "75201", 32.78, -96.8}, {"Denver", "CO", "80203", 39.73, -104.98},
		{"Lehi", "UT", "84043", 40.39, -111.85}, {"Portland", "OR", "97205", 45.52, -122.69}, {"Springfield", "IL", "62704", 39.77, -89.68},
	}
	streets       = []string{"Main St", "Oak Ave", "Elm Ct", "N Pine Blvd", "Sunset Dr", "5th St", "State St", "Harbor Way", "Mill Rd", "Lincoln Pkwy"}
	propertyNames = []string{"Alder", "Arc", "Beacon", "Cedar", "Civic", "Garden", "Harbor", "Highland", "Juniper", "Linden", "Meadow", "Mill", "Park", "River", "Sunset"}
	propertyKinds = []string{"Apartments", "Commons", "Court", "Flats", "Heights", "House", "Lofts", "Place", "Terrace", "Village"}
	amenities     = []string{"Balcony", "Dishwasher", "Washer/Dryer", "Walk-in Closet", "Hardwood Floors", "City View"}
	words         = []string{"amber", "birch", "cobalt", "dune", "ember", "fjord", "grove", "harbor", "indigo", "jade", "kelp", "lunar"}
)
