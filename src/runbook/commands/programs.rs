//! Names of programs that stand in runbooks, as data.

/// A line that opens with one of these is taken for a command.
pub(super) const PROGRAMS: &str = "
kubectl kubectx kubens oc helm helmfile kustomize k9s kubeadm k3s k3sup minikube kind k kubelet crictl ctr nerdctl
istioctl linkerd cilium calicoctl argocd argo flux kargo tkn velero rook ceph rbd rados stern k6 kubeseal kops eksctl
virtctl clusterctl talosctl etcdctl etcdutl etcd podman docker docker-compose buildah skopeo virsh qm pct pvesm pvecm
vzdump lxc incus psql pg_dump pg_dumpall pg_restore pg_ctl pg_basebackup pg_isready pg_resetwal pg_rewind
pg_ctlcluster pg_lsclusters pgbackrest pgbench patronictl barman wal-g wal-e repmgr initdb createdb dropdb createuser
vacuumdb reindexdb pgbouncer stolonctl mysql mysqldump mysqladmin mysqlcheck mysqlbinlog mariadb mariadb-dump
mariabackup xtrabackup sqlite3 sqlcmd bcp sqlplus rman cqlsh nodetool sstableloader cassandra medusa redis-cli
redis-server redis-sentinel redis-benchmark valkey-cli memcached keydb-cli mongo mongosh mongodump mongorestore mongod
mongos mongoimport mongoexport influx influxd clickhouse-client clickhouse clickhouse-local clickhouse-backup
cockroach tidb tiup scylla rabbitmqctl rabbitmqadmin rabbitmq-diagnostics rabbitmq-plugins rabbitmq-upgrade rpk
kafka-topics kafka-consumer-groups kafka-configs kafka-console-consumer kafka-console-producer
kafka-reassign-partitions kafka-leader-election kafka-broker-api-versions kafka-metadata-quorum kafkacat kcat
kafka-storage kafka-server-start kafka-acls zookeeper-shell zkCli nats nats-server nats-top pulsar-admin pulsar
mosquitto_pub mosquitto_sub temporal tctl consul vault nomad terraform tofu terragrunt packer pulumi ansible
ansible-playbook ansible-vault chef knife puppet salt cdk sam serverless sls aws aws-vault eb gcloud gsutil bq az
azcopy doctl linode-cli hcloud oci ibmcloud heroku fly flyctl vercel netlify railway render wrangler supabase firebase
prisma npx npm yarn pnpm bun deno node tsx ts-node pm2 python python2 python3 py pip pip3 pipx poetry uv uvicorn
gunicorn celery alembic flask django-admin manage.py ruby bundle rake rails gem php artisan composer java jar javac
mvn gradle gradlew go cargo rustup dotnet mix iex elixir erl swift perl lua make cmake just task mise nx turbo
systemctl journalctl service initctl supervisorctl svc rc-service launchctl loginctl timedatectl hostnamectl localectl
monit crontab at nohup screen tmux ssh scp sftp rsync rclone restic borg borgmatic duplicity kopia s3cmd mc mcli lftp
ftp ssh-keygen ssh-copy-id ssh-add ssh-keyscan autossh teleport tsh curl wget http https grpcurl ping ping6 traceroute
tracepath mtr dig nslookup host whois nc ncat netcat telnet nmap tcpdump tshark ss netstat ip ifconfig route arp
ethtool iptables ip6tables nft ufw firewall-cmd iptables-save iptables-restore conntrack wg wg-quick tailscale openvpn
nmcli resolvectl brctl bridge iscsiadm multipath lsblk blkid fdisk sfdisk parted gdisk mkfs mkfs.ext4 mkfs.xfs mount
umount fsck e2fsck xfs_repair xfs_growfs resize2fs growpart lvs vgs pvs lvextend lvcreate lvremove vgextend pvcreate
pvresize mdadm zfs zpool btrfs smartctl hdparm swapon swapoff dd df du free top htop iotop iostat vmstat mpstat sar
dmesg lsof fuser strace ltrace perf ps pgrep pkill kill killall nice renice ulimit sysctl modprobe lsmod rmmod uname
uptime hostname whoami who w last id groups passwd useradd usermod userdel groupadd chpasswd chown chmod chgrp chattr
setfacl getfacl ln ls ll cp mv rm mkdir rmdir touch cat tac head tail less more grep egrep fgrep rg zgrep awk gawk sed
tr cut sort uniq wc tee xargs find fd locate tree stat file diff patch cmp md5sum sha1sum sha256sum shasum cksum
openssl certbot acme.sh step cfssl keytool gpg age sops base64 jq yq xmllint envsubst htpasswd tar gzip gunzip zcat
bzip2 xz unxz zip unzip 7z zstd lz4 split pv date cal sleep watch timeout time seq echo printf read export unset set
source eval exec cd pwd pushd popd alias env printenv which command type test true false exit return wait trap bash sh
zsh ash dash fish su sudo doas chroot nsenter unshare reboot shutdown poweroff halt init logger truncate shred wipefs
fallocate apt apt-get apt-cache dpkg yum dnf rpm zypper pacman apk brew snap port choco winget update-ca-certificates
update-grub git gh glab svn hg circleci spinnaker spin hal rundeck websocat wscat nginx apachectl apache2ctl httpd
haproxy caddy traefik varnishadm varnishd squid envoy keepalived rndc pdnsutil postqueue postfix promtool amtool
prometheus logcli lokitool thanos mimirtool grafana-cli curator filebeat logstash kibana opensearch-cli minio solr
sentinel sentry snyk trivy cosign syft grype oras ipvsadm lsns numactl taskset stress stress-ng fio sysbench wrk ab hey
vegeta siege locust gcore gdb jstack jmap jcmd jstat jps jinfo dlv pprof bpftrace turso neonctl pscale atlas flyway
liquibase migrate goose dbmate sqitch knex typeorm drizzle-kit ollama nvidia-smi sinfo scontrol squeue sbatch local declare readonly
shift drbdadm
pcs crm crm_mon stonith_admin gluster exportfs showmount rpcinfo bosh cf credhub fission faas-cli dapr
pt-online-schema-change pt-table-checksum gh-ost orchestrator-client vtctlclient vtctl vtctldclient conjur op bw pass
doppler infisical cloudflared ngrok certutil update-initramfs grub-install lspci lsusb ipmitool dmidecode solana geth
bitcoin-cli hdfs hadoop hbase spark-submit spark-shell hive beeline impala-shell flink airflow dagster prefect dbt
superset presto trino druid rollout
getenforce setenforce sestatus semanage restorecon setsebool getsebool ausearch auditctl getent authselect chage
faillock cscli fail2ban-client pveceph radosgw-admin rke rke2 k0s hubble rosa clusterctl okteto doveadm postconf
postsuper mailq exim fs_cli kamctl sngrep squidclient samba-tool smbstatus wbinfo sssctl klist kinit ldapsearch
ldapmodify ldapadd dsconf slapcat slapadd occ drush wp php-fpm pfctl vtysh birdc racadm storcli perccli megacli nvme zdb
targetcli corosync-quorumtool corosync-cfgtool drbdsetup gnt-cluster gnt-instance esxcli govc nfsstat systemd-analyze
coredumpctl busctl networkctl machinectl snapper bconsole rdiff-backup rsnapshot tarsnap gitlab-ctl gitlab-rake
gitlab-psql foreman-maintain satellite-maintain salt-call salt-run ecs-cli bitcoind lncli dgmgrl lsnrctl asmcmd crsctl
srvctl juju maas lxc incus expdp impdp tnsping tikv-ctl yb-admin clickhouse-keeper-client dehydrated netsh robocopy schtasks fab
";

/// Names that are verbs or everyday words as well; more must be seen before a line is a command.
pub(super) const AMBIGUOUS: &str = "
make find test watch kill time date host top install at who sort cut split head tail more less set source wait read type
service screen patch open start stop mount link sleep file script look go get expand import select move copy last w id
step task just port snap pass order render chef salt spin hal op svc curator sentinel node migrate atlas http https do then
if for while until case function else command exec exit return true false let local route bridge free kind age
init halt shutdown reboot env alias
";

/// Names of tools that prose speaks of too: with plain words behind them they are a command.
pub(super) const TOOLS: &str = "
prometheus consul vault nomad
docker redis nginx etcd cassandra flux argo mongo temporal minio celery traefik envoy caddy sentry thanos
rook ceph velero cilium python java ruby php perl swift lua railway vercel supabase firebase git terraform ansible
heroku fly rollout hive presto druid flink airflow npm pnpm yarn podman
";
