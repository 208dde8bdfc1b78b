"""Show: answers as text, HTML, JSON and pictures. Renders what the rooms below decided and adds nothing."""
