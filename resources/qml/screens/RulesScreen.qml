import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "rules"

// What a manager decides of the counter: how much one person may buy, and how goods are named and shelved.
FocusScope {
    id: screen
    readonly property var vm: app.rules

    ColumnLayout {
        anchors { fill: parent; margins: 24 }
        spacing: 16
        ScreenHead { Layout.fillWidth: true; subtitle: qsTr("Nothing here changes what a system holds."); title: qsTr("Rules") }
        Flow {
            Layout.fillWidth: true
            spacing: 8
            Chip { chosen: screen.vm.tab === "limits"; iconName: "scale-balance"; text: qsTr("Limits"); Accessible.role: Accessible.PageTab; onClicked: screen.vm.enter("limits") }
            Chip { chosen: screen.vm.tab === "names"; iconName: "format-letter-case"; text: qsTr("Names and categories"); Accessible.role: Accessible.PageTab; onClicked: screen.vm.enter("names") }
        }
        Refusal { Layout.fillWidth: true; closable: true; refusal: screen.vm.failure; onClosed: screen.vm.forgive() }
        Refusal { Layout.fillWidth: true; closable: true; refusal: screen.vm.names.failure; onClosed: screen.vm.names.forgive() }
        Loader {
            Layout.fillHeight: true
            Layout.fillWidth: true
            sourceComponent: screen.vm.tab === "names" ? names : limits
        }
    }
    Component { id: limits; LimitsTab { vm: screen.vm } }
    Component { id: names; NamesTab { vm: screen.vm.names } }
    ShelfSheet { vm: screen.vm.names }
}
