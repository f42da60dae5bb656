#!/bin/sh
# asks the anemometer every ten seconds
while sleep 10; do
  pharosctl wind --json | tee -a wind.log
done
