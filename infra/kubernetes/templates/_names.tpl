{{- /* A list of the root and, of a part, its name. As JSON, which can stand anywhere in YAML. */}}
{{- define "labels" -}}
{{- $root := first . -}}
{{- $labels := dict "app.kubernetes.io/name" $root.Chart.Name "app.kubernetes.io/instance" $root.Release.Name -}}
{{- range rest . }}{{ $_ := set $labels "app.kubernetes.io/component" . }}{{ end -}}
{{- toJson $labels -}}
{{- end -}}

{{- define "variables" -}}
- { name: DESPACHO_PARTS, value: {{ .part }} }
{{- range $name, $value := merge (dict) .root.Values.settings .root.Values.engines }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- range .root.Values.secret.keys }}
- { name: {{ . }}_FILE, value: /engines/{{ . }} }
{{- end }}
{{- if and (eq .part "gateway") .root.Values.certificates }}
- { name: DESPACHO_GRPC_ADDRESS, value: "0.0.0.0:50051" }
- { name: DESPACHO_GRPC_CERTIFICATE, value: /certificates/tls.crt }
- { name: DESPACHO_GRPC_KEY, value: /certificates/tls.key }
- { name: DESPACHO_GRPC_CLIENT_CA, value: /certificates/ca.crt }
- { name: DESPACHO_GRPC_SECRET, value: /certificates/order-ids }
{{- end }}
{{- end -}}
