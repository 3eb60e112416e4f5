# Tells Dask where the certificates are, in every shell that starts a part of the cluster:
#   CERTIFICATES=FOLDER; . docs/recipes/settings.sh
# The same names work in the environment of a service, a Slurm job or a container.
export DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION=True
export DASK_DISTRIBUTED__COMM__TLS__CA_FILE="${CERTIFICATES:?names the folder}/ca.pem"
for role in SCHEDULER WORKER CLIENT; do
  export "DASK_DISTRIBUTED__COMM__TLS__${role}__CERT=$CERTIFICATES/cert.pem"
  export "DASK_DISTRIBUTED__COMM__TLS__${role}__KEY=$CERTIFICATES/key.pem"
done
unset role
