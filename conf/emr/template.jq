# cluster.json with the classifications of emr-7.json or emr-spark-8.json, and those of gpu-nodes.json on GPU nodes alone: a node manager
# with YARN's GPU plug-in and no nvidia-smi doesn't start. CloudFormation calls Properties ConfigurationProperties.
def named: map({Classification, ConfigurationProperties: .Properties} + if .Configurations then {Configurations: (.Configurations | named)} else {} end);

.Resources.Cluster.Properties |= (
  .Applications = [if $release | startswith("emr-spark-") then empty else {Name: "Hadoop"} end, {Name: "Spark"}]
  | .Configurations = ($cluster[0] | named)
  | .Instances.TaskInstanceFleets[].InstanceTypeConfigs[].Configurations = ($gpu[0] | named))
