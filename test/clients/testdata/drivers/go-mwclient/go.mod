module github.com/wikigate/wikigate/test/clients/testdata/drivers/go-mwclient

go 1.26.0

require cgt.name/pkg/go-mwclient v1.3.0

require (
	github.com/antonholmquist/jason v1.0.0 // indirect
	github.com/mrjones/oauth v0.0.0-20190623134757-126b35219450 // indirect
)
