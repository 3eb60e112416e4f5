#!/bin/sh
# Makes the certificates of one cluster in the folder $1: ca.pem, and cert.pem with key.pem for all who take part in it.
# Whoever holds key.pem can give orders to every worker, so an authority of its own is made for each cluster.
set -eu
folder=$1
umask 077
mkdir -p "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=grader cluster authority" \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign" \
  -keyout "$folder/ca-key.pem" -out "$folder/ca.pem" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=grader cluster" \
  -keyout "$folder/key.pem" -out "$folder/request.pem" 2>/dev/null
openssl x509 -req -in "$folder/request.pem" -CA "$folder/ca.pem" -CAkey "$folder/ca-key.pem" -CAcreateserial \
  -days 365 -out "$folder/cert.pem" 2>/dev/null
rm -f "$folder/request.pem" "$folder/ca.srl" "$folder/ca-key.pem" # no more certificates are wanted
echo "Certificates are in $folder, for a year. Keep key.pem to the machines of the cluster."
