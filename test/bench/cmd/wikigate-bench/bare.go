package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
)

// serveBare answers every request with a constant body and one header of its
// own, which is the least that net/http can do. It announces its address as
// wikigate does and ends with ctx.
func serveBare(ctx context.Context, size int) error {
	body := bytes.Repeat([]byte("x"), size)
	contentType := []string{"application/json; charset=utf-8"}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = contentType
		_, _ = w.Write(body)
	})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { <-ctx.Done(); _ = server.Close() }()
	fmt.Printf("API address: http://%s%s\n", listener.Addr(), apiPath)
	if err := server.Serve(listener); ctx.Err() == nil {
		return err
	}
	return nil
}
