package main

// configured makes the sources that the environment has credentials for.
func configured(env func(string) string, prefetch int) ([]source, error) {
	var sources []source
	if token := env("PROPEXO_TOKEN"); token != "" {
		s, err := newPropexo(token, env("PROPEXO_BASE_URL"), prefetch)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}
