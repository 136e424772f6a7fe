// A function in Go: it tells what it gets, and fails the first time.
package main

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

var calls int

func ship(event events.KafkaEvent) error {
	calls++
	for _, records := range event.Records {
		for _, record := range records {
			value, _ := base64.StdEncoding.DecodeString(record.Value)
			fmt.Printf("got %d %s at %d, by %s\n", calls, value, record.Offset, record.Headers[0]["by"])
		}
	}
	if calls == 1 {
		return errors.New("not at first")
	}
	return nil
}

func main() { lambda.Start(ship) }
